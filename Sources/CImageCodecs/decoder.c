/* The part of decoding that does not depend on the format. */
#include "codec_context.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ic_copy_text(ic_message *message, const char *text) {
    snprintf(message->text, sizeof message->text, "%s", text);
}

void ic_note_failure(ic_decoder *decoder, ic_status status, const char *text) {
    if (decoder->status != IC_OK) return;
    decoder->status = status;
    ic_copy_text(&decoder->message, text);
}

bool ic_block_append(ic_block *block, const uint8_t *bytes, size_t count) {
    if (count == 0) return true;
    uint8_t *grown = realloc(block->bytes, block->count + count);
    if (!grown) return false;
    memcpy(grown + block->count, bytes, count);
    block->bytes = grown;
    block->count += count;
    return true;
}

bool ic_block_set(ic_block *block, const uint8_t *bytes, size_t count) {
    free(block->bytes);
    *block = (ic_block){0};
    return ic_block_append(block, bytes, count);
}

ic_status ic_decode(ic_decoder *decoder, uint8_t *rgb, uint8_t *alpha, ic_message *message) {
    assert(decoder && rgb && message);
    ic_status status = decoder->format == IC_PNG ? ic_png_decode(decoder, rgb, alpha) : ic_jpeg_decode(decoder, rgb);
    *message = decoder->message;
    return status;
}

ic_metadata ic_decoder_metadata(const ic_decoder *decoder) {
    return (ic_metadata){
        .exif = decoder->exif.bytes,
        .exif_count = decoder->exif.count,
        .exif_profile = decoder->exif_profile.bytes,
        .exif_profile_count = decoder->exif_profile.count,
        .xmp = decoder->xmp.bytes,
        .xmp_count = decoder->xmp.count,
    };
}

void ic_close(ic_decoder *decoder) {
    if (!decoder) return;
    free(decoder->exif.bytes);
    free(decoder->exif_profile.bytes);
    free(decoder->xmp.bytes);
    if (decoder->format == IC_PNG) {
        ic_png_close(decoder);
    } else {
        ic_jpeg_close(decoder);
    }
}

void ic_free(uint8_t *bytes) { free(bytes); }
