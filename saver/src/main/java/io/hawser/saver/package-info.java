/** The saver: keeps users' messages, in MySQL for ever and in Redis at hand. */
@NullMarked
package io.hawser.saver;

import org.jspecify.annotations.NullMarked;
