package org.rsavlm.models.llava;

/**
 * The prompts of {@code qwen_1_5} as a template for Python's {@code apply_chat_template}: the
 * system turn that models are trained with unless the messages bring their own, then each turn with
 * its images in front. A content is a text, or a list of parts of type image, video and text.
 */
final class VlmChatTemplate {

  private static final String PARTS =
      "{%- for part in message['content'] if part['type'] == 'KIND' %}TEXT{%- endfor %}";

  static final String JINJA =
      "{%- for message in messages %}"
          + "{%- if loop.first and message['role'] != 'system' %}"
          + "{{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}"
          + "{%- endif %}"
          + "{{- '<|im_start|>' + message['role'] + '\\n' }}"
          + "{%- if message['content'] is string %}{{- message['content'] }}{%- else %}"
          + parts("image", "{{- '<image>\\n' }}")
          + parts("video", "{{- '<video>\\n' }}")
          + parts("text", "{{- part['text'] }}")
          + "{%- endif %}"
          + "{{- '<|im_end|>\\n' }}"
          + "{%- endfor %}"
          + "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}";

  private VlmChatTemplate() {}

  private static String parts(String kind, String text) {
    return PARTS.replace("KIND", kind).replace("TEXT", text);
  }
}
