/** The working copy of the logs: server-side scripts, one round trip an operation, one pipelined connection a lane. */
@NullMarked
package io.hawser.saver.redis;

import org.jspecify.annotations.NullMarked;
