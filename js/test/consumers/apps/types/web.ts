import { createEnhancer, type Enhanced, LimpidError, type Recipe } from 'limpid';
import { sniff } from 'limpid/security';

const enhancer = await createEnhancer({ threads: 'auto', limits: { max_file_bytes: 1000 } });
const enhanced: Enhanced = await enhancer.enhance(new Blob([]), { preset: 'vivid', strength: 0.5 });
export const recipe: Recipe = enhanced.recipe;
export const file = new File([enhanced.bytes], 'photo', { type: enhanced.mediaType });
export const mediaType: string = await sniff(enhanced.bytes);

// @ts-expect-error no such option
await enhancer.enhance(new Blob([]), { stength: 0.5 });
// @ts-expect-error no image
await enhancer.enhance(17);

export const codeOf = (error: unknown) => (error instanceof LimpidError ? error.code : undefined);
// @ts-expect-error no such code
export const isMine = (error: LimpidError) => error.code === 'image.ugly';
