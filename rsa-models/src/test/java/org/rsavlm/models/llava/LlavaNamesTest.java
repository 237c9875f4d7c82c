package org.rsavlm.models.llava;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rsavlm.models.qwen2.Qwen2Names;

class LlavaNamesTest {

  @ParameterizedTest
  @CsvSource({
    // llava-hf as published
    "language_model.model.layers.0.mlp.up_proj.weight,language_model.model.layers.0.mlp.up_proj.weight",
    "language_model.lm_head.weight,language_model.lm_head.weight",
    "vision_tower.vision_model.post_layernorm.bias,vision_tower.vision_model.post_layernorm.bias",
    "multi_modal_projector.linear_1.bias,multi_modal_projector.linear_1.bias",
    "image_newline,image_newline",
    // as transformers 5.24.0 calls its modules
    "model.language_model.layers.0.mlp.up_proj.weight,language_model.model.layers.0.mlp.up_proj.weight",
    "lm_head.weight,language_model.lm_head.weight",
    "model.vision_tower.post_layernorm.bias,vision_tower.vision_model.post_layernorm.bias",
    "model.multi_modal_projector.linear_1.bias,multi_modal_projector.linear_1.bias",
    "model.image_newline,image_newline",
    // as transformers 4.52 called them
    "model.vision_tower.vision_model.post_layernorm.bias,vision_tower.vision_model.post_layernorm.bias",
    // as save_pretrained of 5.24.0 writes them
    "vision_tower.post_layernorm.bias,vision_tower.vision_model.post_layernorm.bias",
    "something.else,something.else"
  })
  void everyVersionOfTransformersMeansThePublishedNames(String stored, String ours) {
    assertThat(LlavaNames.vlm(stored)).isEqualTo(ours);
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers.3.self_attn.q_proj.bias,language_model.model.layers.3.self_attn.q_proj.bias",
    "model.norm.weight,language_model.model.norm.weight",
    "lm_head.weight,language_model.lm_head.weight",
    "model.vision_tower.vision_tower.vision_model.embeddings.patch_embedding.bias,"
        + "vision_tower.vision_model.embeddings.patch_embedding.bias",
    "model.mm_projector.0.weight,multi_modal_projector.linear_1.weight",
    "model.mm_projector.2.bias,multi_modal_projector.linear_2.bias",
    "model.image_newline,image_newline",
    "model.mm_projector.1.weight,language_model.model.mm_projector.1.weight"
  })
  void llavaNext(String stored, String ours) {
    assertThat(LlavaNames.llavaNext(stored)).isEqualTo(ours);
  }

  @ParameterizedTest
  @CsvSource({
    "model.norm.weight,model.norm.weight",
    "lm_head.weight,lm_head.weight",
    "norm.weight,model.norm.weight"
  })
  void qwen2WithAndWithoutHead(String stored, String ours) {
    assertThat(Qwen2Names.of(stored)).isEqualTo(ours);
  }
}
