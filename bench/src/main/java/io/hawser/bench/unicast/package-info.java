/** Durable sends to single users: from the API to the client that has the message in its hands. */
@NullMarked
package io.hawser.bench.unicast;

import org.jspecify.annotations.NullMarked;
