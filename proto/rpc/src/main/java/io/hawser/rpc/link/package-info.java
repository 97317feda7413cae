/**
 * The pipelined link that services talk over: every hot call travels in batches over a few long-lived streams.
 *
 * <p>{@link io.hawser.rpc.link.LinkClient} calls, {@link io.hawser.rpc.link.LinkServer} answers, and
 * {@link io.hawser.rpc.link.Membership} says who is there. A stream's state lives on one event loop.
 */
@NullMarked
package io.hawser.rpc.link;

import org.jspecify.annotations.NullMarked;
