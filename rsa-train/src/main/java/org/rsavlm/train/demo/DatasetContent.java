package org.rsavlm.train.demo;

import java.util.List;

/**
 * Everything that goes into a data set's files.
 *
 * @param train pairs to train on
 * @param heldOut pairs to measure on
 * @param moreText captions without pictures, added to the train captions for language pretraining
 */
record DatasetContent(
    List<ImageCaptionPair> train, List<ImageCaptionPair> heldOut, List<String> moreText) {}
