import wasm from 'limpid/wasm/limpid-simd.wasm';
import { createEngine, LimpidError } from 'limpid/workerd';

const engine = createEngine(wasm);

export default {
  async fetch(request) {
    try {
      const { bytes, mediaType } = (await engine).enhance(new Uint8Array(await request.arrayBuffer()));
      return new Response(bytes, { headers: { 'Content-Type': mediaType } });
    } catch (error) {
      if (!(error instanceof LimpidError)) throw error;
      return Response.json({ code: error.code }, { status: 422 });
    }
  },
};
