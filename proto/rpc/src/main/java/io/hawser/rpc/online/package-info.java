/** Who is online, put together from what several know. */
@NullMarked
package io.hawser.rpc.online;

import org.jspecify.annotations.NullMarked;
