package org.rsavlm.models.text;

import org.rsavlm.core.UserException;

/** Who speaks a turn of a conversation. */
public enum Role {
  /** The user: {@code "human"} in LLaVA's files, {@code user} in ChatML. */
  HUMAN("human", "user"),
  /** The model: {@code "gpt"} in LLaVA's files, {@code assistant} in ChatML. */
  GPT("gpt", "assistant");

  private final String fileName;
  private final String chatMl;

  Role(String fileName, String chatMl) {
    this.fileName = fileName;
    this.chatMl = chatMl;
  }

  /**
   * Returns the role that LLaVA's files write in {@code "from"}.
   *
   * @param from {@code "human"} or {@code "gpt"}
   * @throws UserException for any other value
   */
  public static Role parse(String from) {
    for (Role role : values()) {
      if (role.fileName.equals(from)) {
        return role;
      }
    }
    throw new UserException(
        "from", "'" + from + "' is no speaker", "write \"human\" or \"gpt\", as LLaVA's files do");
  }

  /** Returns the value of {@code "from"} in LLaVA's files. */
  public String fileName() {
    return fileName;
  }

  String chatMl() {
    return chatMl;
  }
}
