/** The truth in MySQL: group commits as journal rows, folded into tables later. */
@NullMarked
package io.hawser.saver.journal;

import org.jspecify.annotations.NullMarked;
