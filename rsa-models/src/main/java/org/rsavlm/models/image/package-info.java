/**
 * From an image file to the numbers that a vision tower reads, with the pixels of Pillow.
 *
 * <p>The way of one image: {@link org.rsavlm.models.image.ImageReader} decodes a file (untrusted
 * input) to an {@link org.rsavlm.models.image.RgbImage}; {@link
 * org.rsavlm.models.image.ImageProcessor} resizes it with {@link org.rsavlm.models.image.Resampler}
 * and normalises it to channel-first floats. For high resolution, {@link
 * org.rsavlm.models.image.AnyRes} cuts an image into a base image and tiles, and {@link
 * org.rsavlm.models.image.AnyResLayout} states where the tiles' features end up in the token
 * sequence. {@link org.rsavlm.models.image.ImageTiler} decides which of the two a sample's pictures
 * get. Nothing here knows tensors or the engine.
 */
@NullMarked
package org.rsavlm.models.image;

import org.jspecify.annotations.NullMarked;
