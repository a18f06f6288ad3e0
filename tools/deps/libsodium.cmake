# Files that hold code for one x86 extension only are left out, but for one that WebAssembly uses; everything else is listed.
set(_root "${LIMPID_DEPS_SOURCES}/libsodium/src/libsodium")
set(_config "${CMAKE_CURRENT_BINARY_DIR}/libsodium")

set(VERSION ${LIMPID_REQUIRED_LIBSODIUM_VERSION})
set(SODIUM_LIBRARY_VERSION_MAJOR 10) # of the library interface that 1.0.18 has
set(SODIUM_LIBRARY_VERSION_MINOR 3)
configure_file("${_root}/include/sodium/version.h.in" "${_config}/sodium/version.h" @ONLY)

third_party_library(sodium ROOT "${_root}" SOURCES
  crypto_aead/chacha20poly1305/sodium/aead_chacha20poly1305.c
  crypto_aead/xchacha20poly1305/sodium/aead_xchacha20poly1305.c
  crypto_auth/crypto_auth.c
  crypto_auth/hmacsha256/auth_hmacsha256.c
  crypto_auth/hmacsha512/auth_hmacsha512.c
  crypto_auth/hmacsha512256/auth_hmacsha512256.c
  crypto_box/crypto_box.c
  crypto_box/crypto_box_easy.c
  crypto_box/crypto_box_seal.c
  crypto_box/curve25519xchacha20poly1305/box_curve25519xchacha20poly1305.c
  crypto_box/curve25519xchacha20poly1305/box_seal_curve25519xchacha20poly1305.c
  crypto_box/curve25519xsalsa20poly1305/box_curve25519xsalsa20poly1305.c
  crypto_core/ed25519/core_ed25519.c
  crypto_core/ed25519/core_ristretto255.c
  crypto_core/ed25519/ref10/ed25519_ref10.c
  crypto_core/hchacha20/core_hchacha20.c
  crypto_core/hsalsa20/core_hsalsa20.c
  crypto_core/hsalsa20/ref2/core_hsalsa20_ref2.c
  crypto_core/salsa/ref/core_salsa_ref.c
  crypto_generichash/blake2b/generichash_blake2.c
  crypto_generichash/blake2b/ref/blake2b-compress-ref.c
  crypto_generichash/blake2b/ref/blake2b-ref.c
  crypto_generichash/blake2b/ref/generichash_blake2b.c
  crypto_generichash/crypto_generichash.c
  crypto_hash/crypto_hash.c
  crypto_hash/sha256/cp/hash_sha256_cp.c
  crypto_hash/sha256/hash_sha256.c
  crypto_hash/sha512/cp/hash_sha512_cp.c
  crypto_hash/sha512/hash_sha512.c
  crypto_kdf/blake2b/kdf_blake2b.c
  crypto_kdf/crypto_kdf.c
  crypto_kx/crypto_kx.c
  crypto_onetimeauth/crypto_onetimeauth.c
  crypto_onetimeauth/poly1305/donna/poly1305_donna.c
  crypto_onetimeauth/poly1305/onetimeauth_poly1305.c
  crypto_pwhash/argon2/argon2-core.c
  crypto_pwhash/argon2/argon2-encoding.c
  crypto_pwhash/argon2/argon2-fill-block-ref.c
  crypto_pwhash/argon2/argon2.c
  crypto_pwhash/argon2/blake2b-long.c
  crypto_pwhash/argon2/pwhash_argon2i.c
  crypto_pwhash/argon2/pwhash_argon2id.c
  crypto_pwhash/crypto_pwhash.c
  crypto_pwhash/scryptsalsa208sha256/crypto_scrypt-common.c
  crypto_pwhash/scryptsalsa208sha256/nosse/pwhash_scryptsalsa208sha256_nosse.c
  crypto_pwhash/scryptsalsa208sha256/pbkdf2-sha256.c
  crypto_pwhash/scryptsalsa208sha256/pwhash_scryptsalsa208sha256.c
  crypto_pwhash/scryptsalsa208sha256/scrypt_platform.c
  crypto_scalarmult/crypto_scalarmult.c
  crypto_scalarmult/curve25519/ref10/x25519_ref10.c
  crypto_scalarmult/curve25519/scalarmult_curve25519.c
  crypto_scalarmult/ed25519/ref10/scalarmult_ed25519_ref10.c
  crypto_scalarmult/ristretto255/ref10/scalarmult_ristretto255_ref10.c
  crypto_secretbox/crypto_secretbox.c
  crypto_secretbox/crypto_secretbox_easy.c
  crypto_secretbox/xchacha20poly1305/secretbox_xchacha20poly1305.c
  crypto_secretbox/xsalsa20poly1305/secretbox_xsalsa20poly1305.c
  crypto_secretstream/xchacha20poly1305/secretstream_xchacha20poly1305.c
  crypto_shorthash/crypto_shorthash.c
  crypto_shorthash/siphash24/ref/shorthash_siphash24_ref.c
  crypto_shorthash/siphash24/ref/shorthash_siphashx24_ref.c
  crypto_shorthash/siphash24/shorthash_siphash24.c
  crypto_shorthash/siphash24/shorthash_siphashx24.c
  crypto_sign/crypto_sign.c
  crypto_sign/ed25519/ref10/keypair.c
  crypto_sign/ed25519/ref10/obsolete.c
  crypto_sign/ed25519/ref10/open.c
  crypto_sign/ed25519/ref10/sign.c
  crypto_sign/ed25519/sign_ed25519.c
  crypto_stream/chacha20/ref/chacha20_ref.c
  crypto_stream/chacha20/stream_chacha20.c
  crypto_stream/crypto_stream.c
  crypto_stream/salsa20/ref/salsa20_ref.c
  crypto_stream/salsa20/stream_salsa20.c
  crypto_stream/salsa2012/ref/stream_salsa2012_ref.c
  crypto_stream/salsa2012/stream_salsa2012.c
  crypto_stream/salsa208/ref/stream_salsa208_ref.c
  crypto_stream/salsa208/stream_salsa208.c
  crypto_stream/xchacha20/stream_xchacha20.c
  crypto_stream/xsalsa20/stream_xsalsa20.c
  crypto_verify/sodium/verify.c
  randombytes/internal/randombytes_internal_random.c
  randombytes/randombytes.c
  randombytes/sysrandom/randombytes_sysrandom.c
  sodium/codecs.c
  sodium/core.c
  sodium/runtime.c
  sodium/utils.c
  sodium/version.c
)
target_include_directories(sodium PRIVATE "${_config}" "${_config}/sodium" "${_root}/include" "${_root}/include/sodium")
target_compile_definitions(sodium PRIVATE
  CONFIGURED=1 NATIVE_LITTLE_ENDIAN=1 HAVE_WEAK_SYMBOLS=1 HAVE_C_VARARRAYS=1 SODIUM_STATIC
)
if(EMSCRIPTEN)
  # HAVE_POSIX_MEMALIGN stays undefined: guarded memory would cost 256 KiB an allocation and guard nothing there.
  target_sources(sodium PRIVATE sodium_random.c)
  set_source_files_properties("${_root}/randombytes/randombytes.c" PROPERTIES COMPILE_OPTIONS
    "-U__EMSCRIPTEN__;-DRANDOMBYTES_CUSTOM_IMPLEMENTATION;-DRANDOMBYTES_DEFAULT_IMPLEMENTATION=&limpid_random_implementation;-include;${CMAKE_CURRENT_SOURCE_DIR}/sodium_random.h"
  )
  if(LIMPID_WASM_SIMD)
    # Emscripten makes 128-bit SIMD of SSSE3: ChaCha20 in two fifths of the time. The dispatcher would ask the processor, and
    # there is none to ask; so it begins with this code in the place of the portable one.
    target_sources(sodium PRIVATE "${_root}/crypto_stream/chacha20/dolbeau/chacha20_dolbeau-ssse3.c")
    set_source_files_properties("${_root}/crypto_stream/chacha20/dolbeau/chacha20_dolbeau-ssse3.c" PROPERTIES COMPILE_OPTIONS
      "-mssse3;-DHAVE_EMMINTRIN_H=1;-DHAVE_TMMINTRIN_H=1"
    )
    set_source_files_properties("${_root}/crypto_stream/chacha20/stream_chacha20.c" PROPERTIES COMPILE_OPTIONS
      "-Dcrypto_stream_chacha20_ref_implementation=crypto_stream_chacha20_dolbeau_ssse3_implementation"
    )
  endif()
else()
  target_compile_definitions(sodium PRIVATE
    HAVE_TI_MODE=1 HAVE_PTHREAD=1 HAVE_ATOMIC_OPS=1 HAVE_SYS_MMAN_H=1 HAVE_SYS_RANDOM_H=1 HAVE_MMAP=1 HAVE_MLOCK=1
    HAVE_MADVISE=1 HAVE_MPROTECT=1 HAVE_POSIX_MEMALIGN=1 HAVE_GETPID=1 HAVE_RAISE=1 HAVE_SYSCONF=1 HAVE_NANOSLEEP=1
    HAVE_EXPLICIT_BZERO=1
  )
endif()

install(FILES "${_root}/include/sodium.h" DESTINATION include)
install(DIRECTORY "${_root}/include/sodium" "${_config}/sodium" DESTINATION include FILES_MATCHING
  PATTERN "*.h" PATTERN private EXCLUDE)
