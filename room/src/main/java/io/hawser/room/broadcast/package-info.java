/**
 * Groups and broadcasts (rule R6): a room follows the logs of the apps it holds bindings of, and gives each binding what
 * is for it, once, as its cursor tells. The {@link io.hawser.room.broadcast.Follower} owns what is known of the logs; all
 * else belongs to an event loop.
 */
@NullMarked
package io.hawser.room.broadcast;

import org.jspecify.annotations.NullMarked;
