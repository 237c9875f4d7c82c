/**
 * Recipes: one YAML file an experiment, behind it records with checked values.
 *
 * <p>Start at {@link org.rsavlm.train.config.RecipeLoader#load}, which reads a file with all that
 * it {@code extends}, applies overrides such as {@code stages[1.5].rsa.lambda=0.1}, and answers a
 * {@link org.rsavlm.train.config.Recipe}. Every key of the file is a component of one of the
 * records (snake case in the file, camel case in Java), documented there with its unit. A stage's
 * many keys are grouped in records that are {@code Flattened} in the file. A {@link
 * org.rsavlm.train.config.Default} beside it is the one place that states its default, and the
 * compact constructor checks its range. {@link org.rsavlm.train.config.RecipeWriter} writes a
 * resolved recipe that loads equal.
 *
 * <p>How a file becomes records: {@code YamlReader} gives a tree of {@code Node}s that know their
 * file and line, {@code Overlay} merges trees along {@code extends}, {@code KeyPath} edits them,
 * and {@code Binder} turns the tree into records, so that each complaint names the line to mend.
 */
@NullMarked
package org.rsavlm.train.config;

import org.jspecify.annotations.NullMarked;
