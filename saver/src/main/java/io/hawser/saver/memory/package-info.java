/** The working copy while Redis is away: what the scripts do, in a lane's memory. */
@NullMarked
package io.hawser.saver.memory;

import org.jspecify.annotations.NullMarked;
