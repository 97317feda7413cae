/** State events on their way to the coordinators, for rooms and registers, which tell them. */
@NullMarked
package io.hawser.rpc.event;

import org.jspecify.annotations.NullMarked;
