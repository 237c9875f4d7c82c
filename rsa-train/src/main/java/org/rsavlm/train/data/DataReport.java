package org.rsavlm.train.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What a mixture holds, as {@code rsa data} shows it before a run.
 *
 * @param sources a line for each source, in the mixture's order
 */
public record DataReport(List<Source> sources) {

  /** Copies the list. */
  public DataReport {
    sources = List.copyOf(sources);
  }

  /**
   * One source.
   *
   * @param name of the source
   * @param file it comes from
   * @param inFile samples in the file
   * @param selected samples that the sampling strategy takes
   * @param checked samples that this report read; the figures below are of these
   * @param usable samples that can be trained on
   * @param rsaPairs usable samples that take part in RSA
   * @param images pictures in usable samples
   * @param rejected number of rejected samples by reason
   * @param rejections the first rejected samples of each reason
   * @param lengths positions of a sample, image tokens included
   * @param captionTokens tokens of an answer alone: how dense captions are
   * @param captionWords words of an answer
   * @param tokens positions of all usable samples
   * @param trainedTokens positions with a label
   * @param examples the first usable samples
   */
  public record Source(
      String name,
      String file,
      int inFile,
      int selected,
      int checked,
      int usable,
      int rsaPairs,
      int images,
      Map<RejectionReason, Long> rejected,
      List<Rejection> rejections,
      Spread lengths,
      Spread captionTokens,
      Spread captionWords,
      long tokens,
      long trainedTokens,
      List<Example> examples) {

    /** Copies the collections. */
    public Source {
      rejected = Map.copyOf(rejected);
      rejections = List.copyOf(rejections);
      examples = List.copyOf(examples);
    }

    /** Positions of an epoch, estimated where not every selected sample was read. */
    public long tokensPerEpoch() {
      return scaled(tokens);
    }

    /** Positions with a label in an epoch, estimated likewise. */
    public long trainedTokensPerEpoch() {
      return scaled(trainedTokens);
    }

    private long scaled(long ofChecked) {
      return checked == 0 ? 0 : Math.round((double) ofChecked * selected / checked);
    }
  }

  /**
   * A sample with its labels shown.
   *
   * @param id of the sample
   * @param rsa whether it takes part in RSA
   * @param text the decoded sequence, {@code ⟦trained tokens⟧} in brackets
   */
  public record Example(String id, boolean rsa, String text) {}

  /** Share of the checked samples that can't be used, 0 to 1. */
  public double rejectedShare() {
    long checked = sources.stream().mapToLong(Source::checked).sum();
    long usable = sources.stream().mapToLong(Source::usable).sum();
    return checked == 0 ? 0 : (double) (checked - usable) / checked;
  }

  /** Samples of an epoch. */
  public long selected() {
    return sources.stream().mapToLong(Source::selected).sum();
  }

  /** Positions of an epoch. */
  public long tokensPerEpoch() {
    return sources.stream().mapToLong(Source::tokensPerEpoch).sum();
  }

  /** Positions with a label in an epoch. */
  public long trainedTokensPerEpoch() {
    return sources.stream().mapToLong(Source::trainedTokensPerEpoch).sum();
  }

  /** The report for programs. */
  public ObjectNode toJson() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("samples_per_epoch", selected())
        .put("tokens_per_epoch", tokensPerEpoch())
        .put("trained_tokens_per_epoch", trainedTokensPerEpoch())
        .put("rejected_share", rejectedShare());
    ArrayNode list = root.putArray("sources");
    sources.forEach(source -> list.add(toJson(source)));
    return root;
  }

  private static ObjectNode toJson(Source source) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", source.name())
        .put("file", source.file())
        .put("in_file", source.inFile())
        .put("selected", source.selected())
        .put("checked", source.checked())
        .put("usable", source.usable())
        .put("rsa_pairs", source.rsaPairs())
        .put("images", source.images())
        .put("tokens_per_epoch", source.tokensPerEpoch())
        .put("trained_tokens_per_epoch", source.trainedTokensPerEpoch());
    node.set("length", source.lengths().toJson());
    node.set("caption_tokens", source.captionTokens().toJson());
    node.set("caption_words", source.captionWords().toJson());
    ObjectNode rejected = node.putObject("rejected");
    source.rejected().forEach((reason, count) -> rejected.put(reason.label(), count));
    ArrayNode rejections = node.putArray("rejections");
    for (Rejection rejection : source.rejections()) {
      rejections
          .addObject()
          .put("id", rejection.id())
          .put("reason", rejection.reason().label())
          .put("detail", rejection.detail());
    }
    ArrayNode examples = node.putArray("examples");
    for (Example example : source.examples()) {
      examples
          .addObject()
          .put("id", example.id())
          .put("rsa", example.rsa())
          .put("text", example.text());
    }
    return node;
  }
}
