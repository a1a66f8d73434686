"""Makes tiny random language models of every architecture and option we read, with what transformers computes on them.

usage: PYTHON Tests/Peers/decoder_cases.py OUT [--seed N] [--only NAME,...] [--dtype float32|bfloat16] [--list]
Each case is a folder in Hugging Face's layout (no tokenizer: inputs are ids) with reference.safetensors: input_ids, hidden states
before each layer, router logits and the experts chosen, logits at every position, greedy ids and the logits behind them, the best
of three beams; of encoder-decoders also decoder_input_ids and the encoder's hidden states. Everything follows from the seed.
"""
import argparse, copy, json, os, sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")
parser = argparse.ArgumentParser()
parser.add_argument("out", nargs="?")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--only", default="")
parser.add_argument("--dtype", default="float32")
parser.add_argument("--list", action="store_true")
arguments = parser.parse_args()
import torch, transformers as T
from safetensors.torch import load_file, save_file

T.logging.set_verbosity_error()
T.utils.logging.disable_progress_bar()
torch.set_num_threads(1)

VOCABULARY, LENGTH, NEW = 64, 22, 8
base = dict(vocab_size=VOCABULARY, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
            num_key_value_heads=1, max_position_embeddings=64, bos_token_id=1, eos_token_id=2, pad_token_id=0)
experts = dict(num_local_experts=5, num_experts_per_tok=2)
deepseek = dict(base, num_key_value_heads=2, moe_intermediate_size=12, n_routed_experts=6, n_shared_experts=1, num_experts_per_tok=2,
                first_k_dense_replace=1, kv_lora_rank=8, q_lora_rank=12, qk_rope_head_dim=4, qk_nope_head_dim=6, v_head_dim=5)
t5 = dict(vocab_size=VOCABULARY, d_model=16, d_kv=6, d_ff=24, num_layers=2, num_decoder_layers=2, num_heads=2, pad_token_id=0,
          eos_token_id=1, decoder_start_token_id=0, dropout_rate=0.0, relative_attention_num_buckets=8, relative_attention_max_distance=20)
switch = dict(t5, num_experts=4, expert_capacity=64, num_layers=4, num_decoder_layers=3, num_sparse_encoder_layers=2, num_sparse_decoder_layers=1,
              router_jitter_noise=0.0)
yarn = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16, rope_theta=100.0)


def rope(**parameters):
    return dict(rope_parameters=dict(dict(rope_theta=100.0), **parameters))


def make(name, **keys):
    return getattr(T, name + "Config")(**keys), getattr(T, name + ("ForConditionalGeneration" if name in ("T5", "SwitchTransformers") else "LMHeadModel" if name == "GPT2" else "ForCausalLM"))


CASES = {
    "llama": lambda: make("Llama", **base),
    "llama-biases-tied": lambda: make("Llama", **dict(base, attention_bias=True, mlp_bias=True, tie_word_embeddings=True, head_dim=12)),
    "llama-linear": lambda: make("Llama", **base, **rope(rope_type="linear", factor=3.0)),
    "llama-dynamic": lambda: make("Llama", **dict(base, max_position_embeddings=16), **rope(rope_type="dynamic", factor=2.0)),
    "llama-llama3": lambda: make("Llama", **base, **rope(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)),
    "llama-yarn": lambda: make("Llama", **base, rope_parameters=yarn),
    "llama-yarn-untruncated": lambda: make("Llama", **base, rope_parameters=dict(yarn, truncate=False, beta_fast=8.0, beta_slow=2.0, attention_factor=0.8)),
    "llama-longrope": lambda: make("Llama", **base, **rope(rope_type="longrope", short_factor=[1.0, 1.5, 2.0, 2.5], long_factor=[2.0, 3.0, 5.0, 8.0], original_max_position_embeddings=16)),
    "mistral-window": lambda: make("Mistral", **base, sliding_window=5),
    "qwen2": lambda: make("Qwen2", **base),
    "qwen2-window": lambda: make("Qwen2", **dict(base, num_hidden_layers=3), use_sliding_window=True, sliding_window=4, max_window_layers=1),
    "qwen3": lambda: make("Qwen3", **base, head_dim=6),
    "gpt2": lambda: make("GPT2", vocab_size=VOCABULARY, n_embd=16, n_layer=2, n_head=2, n_positions=64, bos_token_id=1, eos_token_id=2),
    "gpt2-scaled-by-layer": lambda: make("GPT2", vocab_size=VOCABULARY, n_embd=16, n_layer=3, n_head=2, n_inner=20, n_positions=64, bos_token_id=1, eos_token_id=2, scale_attn_by_inverse_layer_idx=True, activation_function="relu"),
    "mixtral": lambda: make("Mixtral", **base, **experts, sliding_window=None),
    "mixtral-window": lambda: make("Mixtral", **base, **experts, sliding_window=6),
    "qwen2_moe": lambda: make("Qwen2Moe", **base, moe_intermediate_size=12, shared_expert_intermediate_size=20, num_experts=5, num_experts_per_tok=2),
    "qwen2_moe-some-dense": lambda: make("Qwen2Moe", **dict(base, num_hidden_layers=4), moe_intermediate_size=12, shared_expert_intermediate_size=20, num_experts=5, num_experts_per_tok=3, norm_topk_prob=True, decoder_sparse_step=2, mlp_only_layers=[3], use_sliding_window=True, sliding_window=4, max_window_layers=2),
    "qwen3_moe": lambda: make("Qwen3Moe", **base, head_dim=6, moe_intermediate_size=12, num_experts=5, num_experts_per_tok=2, norm_topk_prob=True),
    "qwen3_moe-window": lambda: make("Qwen3Moe", **base, head_dim=6, moe_intermediate_size=12, num_experts=4, num_experts_per_tok=3, use_sliding_window=True, sliding_window=7, decoder_sparse_step=2),
    "granitemoe": lambda: make("GraniteMoe", **base, **experts, embedding_multiplier=3.0, logits_scaling=1.5, residual_multiplier=0.6, attention_multiplier=0.2, tie_word_embeddings=True),
    "granitemoeshared": lambda: make("GraniteMoeShared", **base, **experts, shared_intermediate_size=20, embedding_multiplier=2.0, logits_scaling=0.7, residual_multiplier=0.8, attention_multiplier=0.3),
    "deepseek_v2": lambda: make("DeepseekV2", **deepseek, topk_method="greedy", routed_scaling_factor=1.5),
    "deepseek_v2-groups": lambda: make("DeepseekV2", **dict(deepseek, q_lora_rank=None), topk_method="group_limited_greedy", n_group=3, topk_group=2, rope_parameters=dict(yarn, mscale=0.7, mscale_all_dim=0.9)),
    "deepseek_v3": lambda: make("DeepseekV3", **deepseek, n_group=2, topk_group=1),
    "deepseek_v3-plain-rope": lambda: make("DeepseekV3", **dict(deepseek, q_lora_rank=None, attention_bias=True), n_group=3, topk_group=2, rope_interleave=False, norm_topk_prob=False, rope_parameters=dict(yarn, mscale=1.0, mscale_all_dim=1.0)),
    "phimoe": lambda: make("Phimoe", **base, num_local_experts=5, num_experts_per_tok=2, attention_bias=True, lm_head_bias=True, router_jitter_noise=0.2),
    "phimoe-longrope": lambda: make("Phimoe", **dict(base, num_local_experts=4), num_experts_per_tok=2, sliding_window=9, rope_parameters=dict(rope_type="longrope", rope_theta=100.0, short_factor=[1.0, 1.2, 1.4, 1.6], long_factor=[2.0, 3.0, 5.0, 8.0], original_max_position_embeddings=16, short_mscale=1.1, long_mscale=1.3)),
    "gpt_oss": lambda: make("GptOss", **base, **experts, head_dim=8, sliding_window=5, layer_types=["sliding_attention", "full_attention"]),
    "gpt_oss-clamped": lambda: make("GptOss", **dict(base, num_hidden_layers=3), **experts, head_dim=4, sliding_window=4, swiglu_limit=0.5),
    "t5": lambda: make("T5", **t5, feed_forward_proj="relu"),
    "t5-v1_1": lambda: make("T5", **dict(t5, num_decoder_layers=1), feed_forward_proj="gated-gelu", tie_word_embeddings=False),
    "t5-own-head": lambda: make("T5", **t5, feed_forward_proj="gated-silu", tie_word_embeddings=False),
    "switch": lambda: make("SwitchTransformers", **switch),
    "switch-overflow": lambda: make("SwitchTransformers", **dict(switch, expert_capacity=3, router_bias=True, num_sparse_decoder_layers=3)),
    "gpt_oss-mxfp4": lambda: make("GptOss", **dict(base, hidden_size=32, intermediate_size=32), **dict(experts, num_local_experts=3), head_dim=8, sliding_window=5),
}
STACKED = {"mixtral-window", "qwen2_moe", "deepseek_v3"}  # saved as transformers holds them: experts in one tensor


def fill(model, generator, dtype):
    """Every parameter random and of a size that counts; biases and norms too. Rounded as it is stored."""
    with torch.no_grad():
        done = set()
        tensors = list(model.named_parameters()) + [x for x in model.named_buffers() if x[0].endswith("correction_bias")]
        for name, p in sorted(tensors):
            if p.data_ptr() in done:
                continue
            done.add(p.data_ptr())
            drawn = torch.randn(p.shape, generator=generator)
            if "norm" in name and name.endswith("weight") or ".ln_" in name and name.endswith("weight"):
                value = 1 + 0.2 * drawn
            elif p.dim() == 1 or name.endswith("bias"):
                value = 0.3 * drawn
            elif any(x in name for x in ("embed", "shared.weight", "wte", "wpe")):
                value = 0.5 * drawn
            else:
                value = drawn * 1.5 / min(p.shape[-2:]) ** 0.5
            p.copy_(value.to(dtype).float())
    return model.eval()


def packed(model, state, generator):
    """The experts as MXFP4: random bytes and scales in place of the weights, which become what those stand for."""
    from transformers.integrations.mxfp4 import convert_moe_packed_tensors

    for name, p in list(model.named_parameters()):
        if name.endswith(("experts.gate_up_proj", "experts.down_proj")):
            experts, inputs, outputs = p.shape
            blocks = torch.randint(0, 256, (experts, outputs, inputs // 32, 16), generator=generator, dtype=torch.uint8)
            scales = torch.randint(122, 125, (experts, outputs, inputs // 32), generator=generator, dtype=torch.uint8)
            with torch.no_grad():
                p.copy_(convert_moe_packed_tensors(blocks.clone(), scales.clone(), dtype=torch.float32))
            state[name + "_blocks"], state[name + "_scales"] = blocks, scales
            state.pop(name, None)
    return state


def router_hook(records):
    def hook(module, inputs, outputs):
        if len(outputs) == 3 and module.__class__.__name__.startswith("Switch"):
            mask, _, logits = outputs
            records.append((logits.reshape(-1, logits.shape[-1]), torch.where(mask.sum(-1) > 0, mask.argmax(-1), -1).reshape(-1, 1)))
        else:
            records.append((outputs[0], outputs[2]))
    return hook


def case(name, folder, seed, dtype):
    generator = torch.Generator().manual_seed(seed)
    config, cls = CASES[name]()
    own_head = name == "t5-own-head"
    model = fill(cls(config), generator, dtype)
    if own_head:
        model.lm_head.weight = torch.nn.Parameter((torch.randn(model.lm_head.weight.shape, generator=generator) * 0.4).to(dtype).float())
    replaced = packed(model, {}, generator) if name == "gpt_oss-mxfp4" else {}
    is_encoder_decoder = config.is_encoder_decoder
    tensors, records = {}, []
    pristine = copy.deepcopy(model)
    hooks = [m.register_forward_hook(router_hook(records)) for _, m in model.named_modules() if m.__class__.__name__.endswith(("TopKRouter", "TopkRouter", "Top1Router"))]
    ids = torch.randint(3, VOCABULARY, (1, LENGTH), generator=generator)
    tensors["input_ids"] = ids
    more = {}
    if is_encoder_decoder:
        more["decoder_input_ids"] = tensors["decoder_input_ids"] = torch.cat([torch.zeros(1, 1, dtype=torch.long), torch.randint(3, VOCABULARY, (1, 9), generator=generator)], 1)
    with torch.inference_mode():
        result = model(input_ids=ids, output_hidden_states=True, use_cache=False, **more)
        for hook in hooks:
            hook.remove()
        for index, (logits, choices) in enumerate(records):
            tensors[f"router_logits_{index}"] = logits.float()
            tensors[f"choices_{index}"] = choices
        states = result.decoder_hidden_states if is_encoder_decoder else result.hidden_states
        for index, state in enumerate(states[:-1]):
            tensors[f"hidden_{index}"] = state
        for index, state in enumerate((result.encoder_hidden_states if is_encoder_decoder else [None])[:-1]):
            tensors[f"encoder_hidden_{index}"] = state
        tensors["logits"] = result.logits
        # How far float32 itself is off here: some random models amplify rounding. (Routers may choose otherwise in float64.)
        try: exact = copy.deepcopy(pristine).double()(input_ids=ids, use_cache=False, **more).logits
        except Exception: exact = result.logits.double()
        tensors["logits_rounding"] = (exact - result.logits.double()).abs().max().reshape(1)
        mask = torch.ones_like(ids)
        # Copies: dynamic frequencies remember the longest sequence.
        greedy = copy.deepcopy(pristine).generate(input_ids=ids, attention_mask=mask, max_new_tokens=NEW, do_sample=False, num_beams=1, return_dict_in_generate=True, output_logits=True)
        tensors["generated_ids"], tensors["generated_logits"] = greedy.sequences, torch.stack(greedy.logits, 1)
        tensors["beam3_ids"] = copy.deepcopy(pristine).generate(input_ids=ids, attention_mask=mask, max_new_tokens=NEW, do_sample=False, num_beams=3)
    os.makedirs(folder)
    save_file({k: (v if v.dtype == torch.long else v.float()).clone().contiguous() for k, v in tensors.items()}, f"{folder}/reference.safetensors")
    state = {k: v.clone().to(dtype) for k, v in model.state_dict().items()}
    model.to(dtype)
    model.config.dtype = dtype
    model.save_pretrained(folder)
    if replaced:
        state = {k: v for k, v in state.items() if k + "_blocks" not in replaced} | replaced
    if name in STACKED or own_head or replaced:
        save_file(state if not own_head else {k: v for k, v in state.items() if "embed_tokens" not in k}, f"{folder}/model.safetensors", metadata={"format": "pt"})
    with open(f"{folder}/reference.json", "w") as file:
        json.dump(dict(case=name, dims=dict(new_tokens=NEW), versions=dict(torch=torch.__version__, transformers=T.__version__)), file)
    print(name, flush=True)


if arguments.list or not arguments.out:
    print("\n".join(CASES))
    sys.exit()
only = [x for x in arguments.only.split(",") if x]
for index, name in enumerate(CASES):
    if not only or name in only:
        case(name, f"{arguments.out}/text-{name}", arguments.seed * 1000 + index, getattr(torch, arguments.dtype))
