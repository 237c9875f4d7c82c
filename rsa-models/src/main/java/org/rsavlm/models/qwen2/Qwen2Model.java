package org.rsavlm.models.qwen2;

import java.util.List;
import org.rsavlm.core.torch.ScriptText;
import org.rsavlm.models.nn.RotaryDecoder;
import org.rsavlm.models.nn.WeightInit;

/**
 * The Qwen2 and Qwen2.5 language model: RMS norms, rotary positions, grouped-query attention with
 * biases on queries, keys and values, SwiGLU (Hugging Face: {@code Qwen2ForCausalLM}).
 */
public final class Qwen2Model extends RotaryDecoder {

  /** Declares the parameters of a config. */
  public Qwen2Model(Qwen2Config config) {
    super(config, layerWeights(config), ScriptText.of(Qwen2Model.class, "qwen2.py"));
  }

  private static List<LayerWeight> layerWeights(Qwen2Config config) {
    long d = config.hiddenSize();
    long queries = (long) config.heads() * config.headSize();
    long keys = (long) config.keyValueHeads() * config.headSize();
    long wide = config.intermediateSize();
    WeightInit normal = WeightInit.normal(config.initializerRange());
    return List.of(
        LayerWeight.of("input_layernorm.weight", WeightInit.ONES, d),
        LayerWeight.of("self_attn.q_proj.weight", normal, queries, d),
        LayerWeight.of("self_attn.q_proj.bias", WeightInit.ZEROS, queries),
        LayerWeight.of("self_attn.k_proj.weight", normal, keys, d),
        LayerWeight.of("self_attn.k_proj.bias", WeightInit.ZEROS, keys),
        LayerWeight.of("self_attn.v_proj.weight", normal, keys, d),
        LayerWeight.of("self_attn.v_proj.bias", WeightInit.ZEROS, keys),
        LayerWeight.of("self_attn.o_proj.weight", normal, d, queries),
        LayerWeight.of("post_attention_layernorm.weight", WeightInit.ONES, d),
        LayerWeight.of("mlp.gate_proj.weight", normal, wide, d),
        LayerWeight.of("mlp.up_proj.weight", normal, wide, d),
        LayerWeight.of("mlp.down_proj.weight", normal, d, wide));
  }
}
