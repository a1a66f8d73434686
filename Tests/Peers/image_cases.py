#!/usr/bin/env python3
"""Makes picture files and the pixels that they must decode to, resizing cases and processor cases, with Pillow and
transformers as the peers.

    image_cases.py decode  OUT [--seed N] [--count N]   PNG and JPEG files, manifest.tsv: file, width, height, CRC-32 of RGB
    image_cases.py resize  OUT [--seed N] [--count N]   manifest.tsv: width height new_width new_height filter seed CRC-32
    image_cases.py process OUT [--seed N] [--count N]   configurations (JSON), manifest.tsv, expected float32 pixels

The committed fixtures of ImagingTests and ImageFilesTests are `decode` and `resize` with seed 1 (see the README beside
them); the peer tests run other seeds. PNG files are written here, byte by byte, so that every type, depth, filter and
interlacing occurs; their pixels are computed from the samples by the rules of docs/CLI.md (tRNS at the file's own
depth, 16 bits divided by 257), and compared with Pillow's where Pillow follows the PNG specification.
"""
import argparse, io, json, os, random, shutil, struct, subprocess, sys, tempfile, zlib
import numpy as np
from PIL import Image, ImageOps

# --- PNG -----------------------------------------------------------------------------------------------------------
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pack_rows(samples, depth):
    """[h, w, c] integers → list of packed rows."""
    rows = []
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            rows.append(row.astype(">u2").tobytes())
        elif depth == 8:
            rows.append(row.astype("u1").tobytes())
        else:
            bits = ((row[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype("u1").ravel()
            rows.append(np.packbits(bits).tobytes())
    return rows


def filter_rows(rows, step, rng):
    out, above = b"", None
    for row in rows:
        kind = rng.randrange(5)
        a = np.frombuffer(row, "u1").astype(int)
        up = np.frombuffer(above, "u1").astype(int) if above is not None else np.zeros_like(a)
        left = np.concatenate([np.zeros(min(step, len(a)), int), a[:-step]])[: len(a)]
        corner = np.concatenate([np.zeros(min(step, len(a)), int), up[:-step]])[: len(a)]
        p = left + up - corner
        d = [abs(p - left), abs(p - up), abs(p - corner)]
        paeth = np.where((d[0] <= d[1]) & (d[0] <= d[2]), left, np.where(d[1] <= d[2], up, corner))
        predicted = [0, left, up, (left + up) // 2, paeth][kind]
        out += bytes([kind]) + ((a - predicted) % 256).astype("u1").tobytes()
        above = row
    return out


def write_png(samples, color, depth, rng, palette=None, trns=None, interlaced=False, before=(), after=()):
    height, width = samples.shape[:2]
    step = max(1, CHANNELS[color] * depth // 8)
    if interlaced:
        data = b"".join(
            filter_rows(pack_rows(samples[y::dy, x::dx], depth), step, rng)
            for x, y, dx, dy in ADAM7
            if samples[y::dy, x::dx].size
        )
    else:
        data = filter_rows(pack_rows(samples, depth), step, rng)
    packed = zlib.compress(data, rng.randrange(10))
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced)))
    out += b"".join(chunk(*c) for c in before)
    if palette is not None:
        out += chunk(b"PLTE", palette.astype("u1").tobytes())
    if trns is not None:
        out += chunk(b"tRNS", trns)
    cut = rng.randrange(1, max(2, len(packed)))
    out += chunk(b"IDAT", packed[:cut]) + chunk(b"IDAT", packed[cut:])
    return out + b"".join(chunk(*c) for c in after) + chunk(b"IEND", b"")


def to_eight_bits(samples, depth):
    if depth == 16:
        return ((samples + 128) // 257).astype("u1")
    return (samples * (255 // (2**depth - 1))).astype("u1")


def over_white(rgb, alpha):
    under = Image.new("RGBA", (rgb.shape[1], rgb.shape[0]), (255, 255, 255, 255))
    top = Image.fromarray(np.dstack([rgb, alpha]), "RGBA")
    return np.asarray(Image.alpha_composite(under, top).convert("RGB"))


def png_case(color, depth, interlaced, transparent, size, rng):
    """A file, its pixels over white, and whether Pillow is expected to agree."""
    np_rng = np.random.default_rng(rng.randrange(1 << 30))
    width, height = size
    palette = trns = None
    if color == 3:
        entries = rng.randrange(1, 2**depth + 1)
        palette = np_rng.integers(0, 256, (entries, 3))
        samples = np_rng.integers(0, entries, (height, width, 1))
        rgb = palette[samples[..., 0]].astype("u1")
        alpha = None
        if transparent:
            opacity = np_rng.integers(0, 256, rng.randrange(1, entries + 1))
            trns = bytes(opacity.tolist())
            alpha = np.concatenate([opacity, np.full(entries - len(opacity), 255)])[samples[..., 0]].astype("u1")
    else:
        samples = np_rng.integers(0, 2**depth, (height, width, CHANNELS[color]))
        eight = to_eight_bits(samples, depth)
        rgb = np.repeat(eight[..., :1], 3, 2) if color in (0, 4) else eight[..., :3]
        alpha = eight[..., -1] if color in (4, 6) else None
        if transparent and color in (0, 2):
            key = samples[rng.randrange(height), rng.randrange(width)]
            trns = struct.pack(">%dH" % len(key), *key.tolist())
            alpha = np.where((samples == key).all(-1), 0, 255).astype("u1")
    data = write_png(samples, color, depth, rng, palette, trns, interlaced)
    pixels = rgb if alpha is None else over_white(rgb, alpha)
    # Pillow takes the high byte of 16 bits, and compares tRNS of 2 and 4-bit grey with the scaled sample.
    agrees = depth != 16 and not (color == 0 and depth in (2, 4) and transparent)
    return data, pixels, agrees


def pillow_pixels(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if "A" in image.getbands() or image.info.get("transparency") is not None:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (255, 255, 255, 255)), image)
    return np.asarray(image.convert("RGB"))


def png_cases(rng, count):
    kinds = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8), (6, 16)]
    every = [(c, d, i, t) for c, d in kinds for i in (False, True) for t in ((False, True) if c in (0, 2, 3) else (False,))]
    for n in range(max(count, len(every))):
        color, depth, interlaced, transparent = every[n % len(every)]
        size = (rng.randrange(1, 20), rng.randrange(1, 20))
        data, pixels, agrees = png_case(color, depth, interlaced, transparent, size, rng)
        if agrees and not np.array_equal(pillow_pixels(data), pixels):
            print("Pillow differs from the specification:", color, depth, interlaced, transparent, file=sys.stderr)
        yield f"png-{n:03d}-c{color}-d{depth}{'-adam7' if interlaced else ''}{'-trns' if transparent else ''}.png", data, pixels


# --- EXIF ----------------------------------------------------------------------------------------------------------
def exif(orientation, big):
    order = ">" if big else "<"
    head = (b"MM" if big else b"II") + struct.pack(order + "HI", 42, 8)
    entries = [struct.pack(order + "HHII", 256, 4, 1, 77), struct.pack(order + "HHIHH", 274, 3, 1, orientation, 0)]
    return head + struct.pack(order + "H", len(entries)) + b"".join(entries) + b"\0\0\0\0"


def with_app1(jpeg, payload):
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def orientation_cases(rng):
    np_rng = np.random.default_rng(rng.randrange(1 << 30))
    picture = Image.fromarray(np_rng.integers(0, 256, (5, 7, 3), dtype="u1")).resize((23, 14), Image.BICUBIC)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    jpeg = buffer.getvalue()
    samples = np_rng.integers(0, 256, (6, 9, 3))
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="%d"/></x:xmpmeta>'
    for o in range(0, 10):
        big = o % 2 == 0
        yield f"exif-{o}.jpg", with_app1(jpeg, b"Exif\0\0" + exif(o, big))
        yield f"exif-other-{o}.jpg", with_app1(jpeg, b"Exif\0\0" + exif(o, not big))
        yield f"exif-{o}.png", write_png(samples, 2, 8, rng, before=[(b"eXIf", exif(o, big))])
        if 1 <= o <= 8:
            yield f"xmp-{o}.jpg", with_app1(jpeg, b"http://ns.adobe.com/xap/1.0/\0" + xmp % o)
            yield f"xmp-{o}.png", write_png(samples, 2, 8, rng, before=[(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp % o)])
    yield "exif-after.png", write_png(samples, 2, 8, rng, after=[(b"eXIf", exif(6, True))])
    yield "exif-prefixed.png", write_png(samples, 2, 8, rng, before=[(b"eXIf", b"Exif\0\0" + exif(8, True))])
    digits = ("Exif\0\0".encode() + exif(5, False)).hex()
    profile = b"Raw profile type exif\0\0" + zlib.compress(("\nexif\n%8d\n" % (len(digits) // 2) + digits[:40] + "\n" + digits[40:] + "\n").encode())
    yield "exif-profile.png", write_png(samples, 2, 8, rng, before=[(b"zTXt", profile)])
    two = with_app1(with_app1(jpeg, b"Exif\0\0" + exif(6, True)[20:]), b"Exif\0\0" + exif(6, True)[:20])
    yield "exif-in-two-segments.jpg", two
    yield "exif-before-xmp.jpg", with_app1(with_app1(jpeg, b"http://ns.adobe.com/xap/1.0/\0" + xmp % 3), b"Exif\0\0" + exif(6, True))


# --- JPEG ----------------------------------------------------------------------------------------------------------
def jpeg_cases(rng, count):
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as folder:
        writer = os.path.join(folder, "jpeg_writer")
        subprocess.run([shutil.which("cc") or "clang", "-O1", "-w", "-o", writer, os.path.join(here, "jpeg_writer.c"), "-ljpeg"], check=True)
        every = [("grey", "11"), ("rgb", "111111"), ("cmyk", "11111111"), ("cmyk", "22111122"), ("ycck", "11111111"), ("ycck", "22111122")]
        every += [("ycc", s + "1111") for s in ("11", "21", "12", "22", "41", "14", "42", "24")]
        every += [("ycc", s) for s in ("222111", "221221", "112211", "212212", "313111", "131311")]
        styles = ["x", "p", "s", "a", "pa"]
        for n in range(max(count, len(every) * len(styles))):
            space, sampling = every[n % len(every)]
            style = styles[n // len(every) % len(styles)]
            if space in ("cmyk", "ycck") and n % 3 == 0:
                style += "n"
            size = (rng.randrange(1, 50), rng.randrange(1, 50))
            arguments = [*size, rng.randrange(1000), space, sampling, rng.choice([30, 75, 95, 100]), rng.choice([0, 0, 1, 3]), style]
            data = subprocess.run([writer] + [str(a) for a in arguments], check=True, capture_output=True).stdout
            yield f"jpeg-{n:03d}-{space}-{sampling}-{style}.jpg", data


def decode(out, rng, count):
    rows = []
    files = list(png_cases(rng, count))
    files += [(name, data, pillow_pixels(data)) for name, data in orientation_cases(rng)]
    files += [(name, data, pillow_pixels(data)) for name, data in jpeg_cases(rng, count)]
    for name, data, pixels in files:
        with open(os.path.join(out, name), "wb") as file:
            file.write(data)
        rows.append([name, pixels.shape[1], pixels.shape[0], f"{zlib.crc32(np.ascontiguousarray(pixels).tobytes()):08x}"])
    return rows


# --- Resizing ------------------------------------------------------------------------------------------------------
def picture(width, height, seed):
    """[height, width, 3]: the same formula stands in the Swift tests. Mixed noise and hard edges."""
    i = np.arange(width * height * 3, dtype=np.uint64)
    x = (i + np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15)) & np.uint64(0xFFFFFFFFFFFFFFFF)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    noise = (x & np.uint64(255)).astype("u1").reshape(height, width, 3)
    edges = ((x >> np.uint64(8)) & np.uint64(1)).astype("u1").reshape(height, width, 3) * 255
    return np.where((np.arange(width)[None, :, None] // 7 + np.arange(height)[:, None, None] // 5) % 2 == 0, noise, edges)


def resize(out, rng, count):
    rows = []
    fixed = [(1, 1, 5, 7), (1, 9, 4, 3), (9, 1, 3, 4), (17, 13, 1, 1), (2, 3, 200, 100), (64, 64, 64, 32), (64, 64, 32, 64), (300, 200, 7, 5), (5, 4, 5, 4)]
    for n in range(count):
        if n < len(fixed) * 6:
            size, filter = fixed[n // 6], n % 6
        else:
            side = lambda: rng.choice([rng.randrange(1, 12), rng.randrange(1, 80), rng.randrange(1, 400)])
            size, filter = (side(), side(), side(), side()), rng.randrange(6)
        width, height, new_width, new_height = size
        seed = rng.randrange(1 << 20)
        resized = Image.fromarray(picture(width, height, seed)).resize((new_width, new_height), filter)
        rows.append([width, height, new_width, new_height, filter, seed, f"{zlib.crc32(resized.tobytes()):08x}"])
    return rows


# --- Processors ----------------------------------------------------------------------------------------------------
def process(out, rng, count, small=False):
    import transformers
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
    from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil
    from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
    classes = {
        "BlipImageProcessor": BlipImageProcessorPil, "CLIPImageProcessor": CLIPImageProcessorPil, "SiglipImageProcessor": SiglipImageProcessorPil,
        "ViTImageProcessor": ViTImageProcessorPil, "BitImageProcessor": BitImageProcessorPil,
    }
    def number(): return rng.randrange(1, 10 if small else 60)
    rows = []
    for n in range(count):
        name = list(classes)[n % len(classes)]
        fields = {}
        if n >= len(classes):
            if rng.random() < 0.7:
                fields["size"] = rng.choice([
                    number(), [number(), number()], {"height": number(), "width": number()}, {"shortest_edge": number()},
                    {"shortest_edge": number(), "longest_edge": number() + (8 if small else 40)}, {"max_height": number() + 4, "max_width": number() + 4}])
            if rng.random() < 0.5: fields["resample"] = rng.randrange(6)
            if rng.random() < 0.6: fields["do_center_crop"] = rng.random() < 0.7; fields["crop_size"] = rng.choice([number(), {"height": number(), "width": number()}])
            if rng.random() < 0.2: fields["do_resize"] = False
            if rng.random() < 0.2: fields["do_rescale"] = False
            if rng.random() < 0.2: fields["do_normalize"] = False
            if rng.random() < 0.3: fields["rescale_factor"] = rng.choice([1 / 255, 0.00392156862745098, 1 / 127.5, 0.01])
            if rng.random() < 0.5: fields["image_mean"] = [rng.random() for _ in range(3)]
            if rng.random() < 0.5: fields["image_std"] = [rng.random() + 0.1 for _ in range(3)]
        if small and n < len(classes):
            fields = {"size": 9} if n % 2 else {}
            fields |= {"size": {"height": 7, "width": 9}} if name in ("BlipImageProcessor", "SiglipImageProcessor", "ViTImageProcessor") else {"size": 9, "crop_size": 8}
        elif small and not {"size", "crop_size"} <= set(fields):
            continue
        width, height, seed = rng.randrange(1, 90), rng.randrange(1, 90), rng.randrange(1 << 20)
        try:
            pixels = classes[name](**fields)(Image.fromarray(picture(width, height, seed)), return_tensors="np")["pixel_values"]
        except Exception as error:
            print(name, fields, width, height, repr(error)[:200], file=sys.stderr)
            continue
        spelled = rng.choice([name, name + "Fast", name + "Pil"])
        kind = {"image_processor_type": spelled} if rng.random() < 0.8 else {"feature_extractor_type": name.replace("ImageProcessor", "FeatureExtractor")}
        json.dump({**fields, **kind}, open(os.path.join(out, f"{n}.json"), "w"))
        pixels.astype("<f4").tofile(os.path.join(out, f"{n}.f32"))
        rows.append([n, width, height, seed, pixels.shape[2], pixels.shape[3]])
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["decode", "resize", "process"])
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--small", action="store_true", help="processor cases of few pixels, to be committed")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    arguments = [options.out, random.Random(options.seed), options.count] + ([options.small] if options.what == "process" else [])
    rows = {"decode": decode, "resize": resize, "process": process}[options.what](*arguments)
    with open(os.path.join(options.out, "manifest.tsv"), "w") as manifest:
        manifest.writelines("\t".join(str(field) for field in row) + "\n" for row in rows)
