// Included ahead of libsodium's randombytes.c when it is built for WebAssembly: see
// libsodium.cmake.
#pragma once
struct randombytes_implementation;
extern struct randombytes_implementation limpid_random_implementation;
