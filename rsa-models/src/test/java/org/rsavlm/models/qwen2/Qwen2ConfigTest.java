package org.rsavlm.models.qwen2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rsavlm.core.UserException;
import org.rsavlm.models.hub.JsonConfig;
import org.rsavlm.models.nn.RotaryScaling;

class Qwen2ConfigTest {

  private static final String SMALL =
      "{'hidden_size':16,'num_hidden_layers':3,'num_attention_heads':2,'num_key_value_heads':1,"
          + "'max_position_embeddings':128";

  private static Qwen2Config config(String more) {
    try {
      String json = (SMALL + (more.isEmpty() ? "" : "," + more) + "}").replace('\'', '"');
      return Qwen2Config.from(JsonConfig.of("config.json", new ObjectMapper().readTree(json)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'hidden_act':'gelu'|hidden_act=\"gelu\"",
        "'attention_bias':false|attention_bias=false",
        "'attention_dropout':0.1|attention_dropout=0.1",
        "'partial_rotary_factor':0.5|partial_rotary_factor=0.5",
        "'rope_scaling':{'type':'dynamic','factor':2}|rope_scaling.type=\"dynamic\"",
        "'rope_scaling':{'rope_type':'longrope'}|rope_scaling.rope_type=\"longrope\"",
        "'rope_parameters':{'rope_type':'llama3'}|rope_parameters.rope_type=\"llama3\"",
        "'rope_scaling':{'type':'default','mrope_section':[1,1,2]}|mrope_section=[1,1,2]",
        "'rope_parameters':{'full_attention':{'rope_theta':1}}|full_attention={\"rope_theta\":1}",
        "'layer_types':['full_attention','sliding_attention','full_attention']|layer_types=",
        "'use_sliding_window':true,'layer_types':['chunked_attention']|layer_types="
      })
  void whatWouldChangeTheResultUnnoticedIsRefusedByKeyAndValue(String json, String shown) {
    assertThatThrownBy(() -> config(json))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("config.json: unsupported: ")
        .hasMessageContaining(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "'rope_theta':1e6,'rope_scaling':{'type':'yarn','factor':4,"
            + "'original_max_position_embeddings':32,'beta_fast':16,'truncate':false}",
        "'rope_scaling':{'rope_type':'linear','factor':2.5}",
        "'use_sliding_window':true,'sliding_window':8,'max_window_layers':1",
        "'head_dim':12,'tie_word_embeddings':true"
      })
  void whatIsWrittenReadsBackTheSame(String json) {
    Qwen2Config config = config(json);
    assertThat(Qwen2Config.from(JsonConfig.of("written", config.toJson()))).isEqualTo(config);
  }

  @Test
  void slidingLayersComeFromTheirTypesOrFromTheFirstWindowedLayer() {
    String on = "'use_sliding_window':true,'sliding_window':8,";
    assertThat(config(on + "'max_window_layers':2").windows()).containsExactly(0, 0, 8);
    assertThat(
            config(
                    on
                        + "'max_window_layers':2,'layer_types':"
                        + "['sliding_attention','full_attention','full_attention']")
                .windows())
        .containsExactly(8, 0, 0);
    // Every published Qwen2 names a window and switches it off.
    assertThat(config("'use_sliding_window':false,'sliding_window':8,'max_window_layers':0"))
        .extracting(Qwen2Config::windows)
        .isEqualTo(List.of());
    assertThat(config("'use_sliding_window':true,'sliding_window':null,'max_window_layers':0"))
        .extracting(Qwen2Config::windows)
        .isEqualTo(List.of());
  }

  @Test
  void linearScalingDividesEveryFrequency() {
    double[] plain = RotaryScaling.NONE.frequencies(8, 1e4);
    double[] half =
        config("'rope_scaling':{'type':'linear','factor':2}").rotaryScaling().frequencies(8, 1e4);
    for (int i = 0; i < plain.length; i++) {
      assertThat(plain[i]).isCloseTo(Math.pow(1e4, -i / 4.0), within(1e-15));
      assertThat(half[i]).isCloseTo(plain[i] / 2, within(1e-15));
    }
  }

  /** Of transformers 5.24.0 in float64, for Qwen2.5-7B's head, at pairs 23, 24, 30, 37, 39, 63. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "|1.138629436111989|6.978305848598663e-3,5.375321490790102e-3,1.0643609812470017e-3,"
            + "1.2993149493015669e-4,6.490394320837028e-5,3.102344401879299e-7",
        ",'truncate':false|1.138629436111989|6.978305848598663e-3,5.5172704751341225e-3,"
            + "1.0792377416765538e-3,1.2703687644929166e-4,6.187806812450695e-5,"
            + "3.102344401879299e-7",
        ",'beta_fast':16,'beta_slow':2,'mscale':0.7,'mscale_all_dim':1.3|0.9295234923939468|"
            + "6.978305848598663e-3,5.623413251903491e-3,1.119946564406903e-3,"
            + "8.495520822356398e-5,5.516835172711474e-5,3.102344401879299e-7"
      })
  void yarnEqualsTransformers(String more, double attention, String expected) {
    RotaryScaling scaling =
        config(
                "'rope_scaling':{'rope_type':'yarn','factor':4.0,"
                    + "'original_max_position_embeddings':32768"
                    + (more == null ? "" : more)
                    + "}")
            .rotaryScaling();
    double[] frequencies = scaling.frequencies(128, 1e6);
    assertThat(scaling.attentionFactor()).isCloseTo(attention, within(1e-14));
    int[] pairs = {23, 24, 30, 37, 39, 63};
    String[] values = expected.split(",");
    for (int i = 0; i < pairs.length; i++) {
      double value = Double.parseDouble(values[i]);
      assertThat(frequencies[pairs[i]]).isCloseTo(value, within(1e-12 * value));
    }
  }

  @Test
  void keyValueHeadsHaveTransformersDefaults() throws JsonProcessingException {
    for (String[] pair : new String[][] {{"", "32"}, {",'num_key_value_heads':null", "64"}}) {
      String json = "{'hidden_size':128,'num_attention_heads':64" + pair[0] + "}";
      Qwen2Config config =
          Qwen2Config.from(
              JsonConfig.of("config.json", new ObjectMapper().readTree(json.replace('\'', '"'))));
      assertThat(config.keyValueHeads()).isEqualTo(Integer.parseInt(pair[1]));
    }
  }

  @Test
  void theOlderKeyOfRotaryPositionsWins() {
    Qwen2Config config =
        config(
            "'rope_theta':5,'rope_scaling':{'type':'linear','factor':2},"
                + "'rope_parameters':{'rope_type':'default','rope_theta':7}");
    assertThat(config.ropeTheta()).isEqualTo(5);
    assertThat(config.rotaryScaling().type()).isEqualTo(RotaryScaling.Type.LINEAR);
    assertThat(config("'rope_theta':5,'rope_parameters':{'rope_theta':7}").ropeTheta())
        .isEqualTo(7);
  }
}
