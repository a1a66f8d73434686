/* libFuzzer harness for the decoders of CImageCodecs, with AddressSanitizer and UndefinedBehaviorSanitizer.
 *
 * Build and run from the repository's root with the Swift toolchain's clang, once for each decoder:
 *
 *     clang -g -O1 -fuse-ld=lld -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
 *         -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -DFUZZ_PNG -I Sources/CImageCodecs/include \
 *         Tests/Fuzzing/decode_fuzzer.c $(find Sources/CImageCodecs -name "*.c") -lpng -ljpeg -o .build/fuzz_png
 *     mkdir -p .build/corpus_png && nice -n 10 .build/fuzz_png -max_total_time=600 -max_len=8192 -timeout=20 \
 *         -rss_limit_mb=2500 .build/corpus_png Tests/ImageFilesTests/Fixtures
 *
 * -DFUZZ_JPEG for the other. FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION makes the PNG decoder pass over checksums, which a
 * fuzzer does not guess. What is checked beside memory: every pixel of a picture that decodes was written, twice the
 * same; a failure has a message.
 */
#include "image_codecs.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_PIXELS = 1 << 20 };

static ic_status open_decoder(const uint8_t *bytes, size_t count, ic_decoder **decoder, ic_info *info,
                              ic_message *message) {
#ifdef FUZZ_PNG
    return ic_png_open(bytes, count, decoder, info, message);
#else
    /* The last byte chooses the reduction too. */
    uint32_t least = count && bytes[count - 1] % 4 == 1 ? 16 : 0;
    return ic_jpeg_open(bytes, count, least, least, decoder, info, message);
#endif
}

static void require(int condition) {
    if (!condition) abort();
}

/* The pixels' sum where the bytes decode, -1 where they do not. */
static long decode(const uint8_t *bytes, size_t count, uint8_t filling) {
    ic_decoder *decoder = NULL;
    ic_info info = {0};
    ic_message message = {{0}};
    ic_status status = open_decoder(bytes, count, &decoder, &info, &message);
    require((status == IC_OK) == (decoder != NULL));
    if (status != IC_OK) {
        require(status == IC_OUT_OF_MEMORY || message.text[0]);
        return -1;
    }
    long sum = -1;
    size_t pixels = (size_t)info.width * info.height;
    if (pixels <= MOST_PIXELS && (size_t)info.stored_width * info.stored_height <= MOST_PIXELS) {
        uint8_t *rgb = malloc(pixels * 3), *alpha = info.has_alpha ? malloc(pixels) : NULL;
        memset(rgb, filling, pixels * 3);
        if (alpha) memset(alpha, filling, pixels);
        status = ic_decode(decoder, rgb, alpha, &message);
        require(status == IC_OK || status == IC_OUT_OF_MEMORY || message.text[0]);
        if (status == IC_OK) {
            if (alpha) ic_lay_over(rgb, alpha, pixels, 255, 255, 255);
            sum = 0;
            for (size_t i = 0; i < pixels * 3; i++) sum = (sum * 31 + rgb[i]) & 0xFFFFFFFFFFFF;
        }
        ic_metadata metadata = ic_decoder_metadata(decoder);
        require((metadata.exif != NULL) == (metadata.exif_count > 0));
        free(rgb);
        free(alpha);
    }
    ic_close(decoder);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    if (count == 0) return 0;
    long sum = decode(bytes, count, 0);
    if (sum >= 0) require(decode(bytes, count, 255) == sum);
    return 0;
}
