#!/usr/bin/env python3
"""A real llama.cpp server (xllamacpp) with a model that knows nothing.

    llama.py FOLDER HOST CONTEXT

Writes the model into the folder, serves it at a free port of HOST with that many tokens of context,
prints `serving at URL` and stays until it is killed. The weights are drawn from a seed, so what it
says is gibberish, and different each time. Everything else is llama.cpp's own: its HTTP, its
templates, its tokens and its errors.
"""

import random
import signal
import struct
import sys

import xllamacpp

# Small enough to be made and loaded in a moment.
WIDTH, HEADS, INNER = 32, 2, 64
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TEMPLATE = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
# The kinds of values and tokens in a GGUF file.
UINT32, INT32, FLOAT32, STRING, ARRAY = 4, 5, 6, 8, 9
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def value(kind, content):
    return struct.pack("<I", kind) + content


def array(kind, items):
    return value(ARRAY, struct.pack("<IQ", kind, len(items)) + b"".join(items))


def vocabulary():
    words = ["\u2581" + a + b for a in LETTERS for b in "aeiou"] + list(LETTERS) + list("<>{}()=;./'\"") + ["\u2581"]
    tokens = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)]
    tokens += [(f"<0x{byte:02X}>", BYTE) for byte in range(256)]
    return tokens + [(word, NORMAL) for word in words]


def settings(tokens):
    def number(n):
        return value(UINT32, struct.pack("<I", n))

    return {
        "general.architecture": value(STRING, string("llama")),
        "general.name": value(STRING, string("gibberish")),
        "llama.context_length": number(8192),
        "llama.embedding_length": number(WIDTH),
        "llama.block_count": number(1),
        "llama.feed_forward_length": number(INNER),
        "llama.attention.head_count": number(HEADS),
        "llama.attention.layer_norm_rms_epsilon": value(FLOAT32, struct.pack("<f", 1e-5)),
        "llama.rope.dimension_count": number(WIDTH // HEADS),
        "tokenizer.ggml.model": value(STRING, string("llama")),
        "tokenizer.ggml.tokens": array(STRING, [string(token) for token, _ in tokens]),
        "tokenizer.ggml.scores": array(FLOAT32, [struct.pack("<f", -float(n)) for n in range(len(tokens))]),
        "tokenizer.ggml.token_type": array(INT32, [struct.pack("<i", kind) for _, kind in tokens]),
        "tokenizer.ggml.bos_token_id": number(1),
        "tokenizer.ggml.eos_token_id": number(2),
        "tokenizer.chat_template": value(STRING, string(TEMPLATE)),
    }


def tensors(tokens):
    draw = random.Random(7).gauss

    def drawn(count, spread=0.3):
        return [draw(0, spread) for _ in range(count)]

    # What is no word, the end among it, is never as likely as a word: its row is 0.
    output = [drawn(WIDTH) if kind == NORMAL else [0.0] * WIDTH for _, kind in tokens]
    yield "token_embd.weight", (WIDTH, len(tokens)), drawn(WIDTH * len(tokens))
    for name in ("attn_norm", "ffn_norm"):
        yield f"blk.0.{name}.weight", (WIDTH,), [1.0] * WIDTH
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        yield f"blk.0.{name}.weight", (WIDTH, WIDTH), drawn(WIDTH * WIDTH)
    for name, shape in (("ffn_gate", (WIDTH, INNER)), ("ffn_up", (WIDTH, INNER)), ("ffn_down", (INNER, WIDTH))):
        yield f"blk.0.{name}.weight", shape, drawn(WIDTH * INNER)
    yield "output_norm.weight", (WIDTH,), [1.0] * WIDTH
    yield "output.weight", (WIDTH, len(tokens)), [weight for row in output for weight in row]


def write(file):
    tokens = vocabulary()
    told = settings(tokens)
    weights = list(tensors(tokens))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(weights), len(told))
    head += b"".join(string(key) + content for key, content in told.items())
    offset, data = 0, b""
    for name, shape, numbers in weights:
        head += string(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        head += struct.pack("<IQ", 0, offset)
        data += struct.pack(f"<{len(numbers)}f", *numbers)
        data += b"\0" * (-len(data) % 32)
        offset = len(data)
    file.write(head + b"\0" * (-len(head) % 32) + data)


def main():
    folder, host, context = sys.argv[1:]
    path = f"{folder}/gibberish.gguf"
    with open(path, "wb") as file:
        write(file)
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {"gibberish"}
    params.hostnames = [host]
    params.port = 0
    params.n_ctx = int(context)
    params.n_parallel = 1
    params.warmup = False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    print(f"serving at {server.listening_address}", flush=True)
    signal.pause()


main()
