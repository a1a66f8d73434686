#pragma once
/* What both decoders share. Internal to CImageCodecs. */
#include "image_codecs.h"
#include <setjmp.h>

typedef struct {
    uint8_t *bytes;
    size_t count;
} ic_block;

typedef enum { IC_PNG, IC_JPEG } ic_format;

/* The first member of both decoders. It lives on the heap, so that nothing that a longjmp passes by is a local. */
struct ic_decoder {
    ic_format format;
    jmp_buf jump;
    ic_status status; /* what `fail` was called with */
    ic_message message;
    ic_block exif;
    ic_block exif_profile;
    ic_block xmp;
};

/* Sets status and message; the first failure is kept. */
void ic_note_failure(ic_decoder *decoder, ic_status status, const char *text);

/* Appends a copy; false where memory is short. */
bool ic_block_append(ic_block *block, const uint8_t *bytes, size_t count);
/* Replaces the content by a copy; false where memory is short. */
bool ic_block_set(ic_block *block, const uint8_t *bytes, size_t count);

void ic_copy_text(ic_message *message, const char *text);

ic_status ic_png_decode(ic_decoder *decoder, uint8_t *rgb, uint8_t *alpha);
ic_status ic_jpeg_decode(ic_decoder *decoder, uint8_t *rgb);
void ic_png_close(ic_decoder *decoder);
void ic_jpeg_close(ic_decoder *decoder);
