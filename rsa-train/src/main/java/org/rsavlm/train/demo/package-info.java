/**
 * Small image-caption data sets that the project can make by itself, in the file layout of a real
 * run: PNG files and LLaVA JSON.
 *
 * <p>{@link org.rsavlm.train.demo.SceneDataset} draws scenes of coloured shapes and needs no
 * download; {@link org.rsavlm.train.demo.EmojiDataset} turns two npm packages that are already on
 * disk into the same layout. Both answer {@link org.rsavlm.train.demo.DemoFiles}, the one place
 * that names the files of a data set. Nothing here touches a tensor: the trainers read the files
 * through the ordinary loader.
 */
@NullMarked
package org.rsavlm.train.demo;

import org.jspecify.annotations.NullMarked;
