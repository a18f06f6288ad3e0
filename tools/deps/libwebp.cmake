set(_root "${LIMPID_DEPS_SOURCES}/libwebp")

# libwebp turns SIMD on by itself unless it is told that a configuration exists; ours is empty.
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/libwebp/src/webp/config.h" "")

function(_webp_library name)
  third_party_library(${name} ROOT "${_root}" SOURCES ${ARGN})
  target_include_directories(${name} PRIVATE "${_root}" "${_root}/src" "${CMAKE_CURRENT_BINARY_DIR}/libwebp")
  target_compile_definitions(${name} PRIVATE HAVE_CONFIG_H WEBP_NEAR_LOSSLESS=1)
endfunction()

_webp_library(sharpyuv
  sharpyuv/sharpyuv.c sharpyuv/sharpyuv_cpu.c sharpyuv/sharpyuv_csp.c sharpyuv/sharpyuv_dsp.c sharpyuv/sharpyuv_gamma.c
)
_webp_library(webp
  src/dec/alpha_dec.c src/dec/buffer_dec.c src/dec/frame_dec.c src/dec/idec_dec.c src/dec/io_dec.c src/dec/quant_dec.c
  src/dec/tree_dec.c src/dec/vp8_dec.c src/dec/vp8l_dec.c src/dec/webp_dec.c
  src/dsp/alpha_processing.c src/dsp/cost.c src/dsp/cpu.c src/dsp/dec.c src/dsp/dec_clip_tables.c src/dsp/enc.c
  src/dsp/filters.c src/dsp/lossless.c src/dsp/lossless_enc.c src/dsp/rescaler.c src/dsp/ssim.c src/dsp/upsampling.c
  src/dsp/yuv.c
  src/enc/alpha_enc.c src/enc/analysis_enc.c src/enc/backward_references_cost_enc.c src/enc/backward_references_enc.c
  src/enc/config_enc.c src/enc/cost_enc.c src/enc/filter_enc.c src/enc/frame_enc.c src/enc/histogram_enc.c
  src/enc/iterator_enc.c src/enc/near_lossless_enc.c src/enc/picture_csp_enc.c src/enc/picture_enc.c
  src/enc/picture_psnr_enc.c src/enc/picture_rescale_enc.c src/enc/picture_tools_enc.c src/enc/predictor_enc.c
  src/enc/quant_enc.c src/enc/syntax_enc.c src/enc/token_enc.c src/enc/tree_enc.c src/enc/vp8l_enc.c src/enc/webp_enc.c
  src/utils/bit_reader_utils.c src/utils/bit_writer_utils.c src/utils/color_cache_utils.c src/utils/filters_utils.c
  src/utils/huffman_encode_utils.c src/utils/huffman_utils.c src/utils/palette.c src/utils/quant_levels_dec_utils.c
  src/utils/quant_levels_utils.c src/utils/random_utils.c src/utils/rescaler_utils.c src/utils/thread_utils.c
  src/utils/utils.c
)
_webp_library(webpmux src/mux/anim_encode.c src/mux/muxedit.c src/mux/muxinternal.c src/mux/muxread.c)
_webp_library(webpdemux src/demux/anim_decode.c src/demux/demux.c)

install(FILES
  "${_root}/src/webp/decode.h" "${_root}/src/webp/demux.h" "${_root}/src/webp/encode.h" "${_root}/src/webp/mux.h"
  "${_root}/src/webp/mux_types.h" "${_root}/src/webp/types.h" DESTINATION include/webp
)
