package org.rsavlm.train.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How a command answers; mix it in with picocli's {@code Mixin}. Lines for people go to stdout;
 * with {@code --json} they go to stderr, and stdout holds one JSON document on one line.
 */
final class CommandOutput {

  private static final JsonMapper JSON = new JsonMapper();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee = CommandSpec.create();

  @Option(
      names = "--json",
      description = "answer with one JSON document as the last line of stdout")
  private boolean json;

  /** Prints a line for people: to stdout, with {@code --json} to stderr. */
  void line(String text) {
    (json ? mixee.commandLine().getErr() : mixee.commandLine().getOut()).println(text);
  }

  /** Prints a piece of text for people at once, without a line break; nothing with --json. */
  void piece(String text) {
    if (!json) {
      mixee.commandLine().getOut().print(text);
      mixee.commandLine().getOut().flush();
    }
  }

  /** Prints the answer for programs, if it was asked for. */
  void result(JsonNode document) {
    if (json) {
      PrintWriter out = mixee.commandLine().getOut();
      try {
        out.println(JSON.writeValueAsString(document));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a JSON tree can always be written", e);
      }
      out.flush();
    }
  }
}
