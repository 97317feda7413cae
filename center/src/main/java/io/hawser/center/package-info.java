/** The API: send, ask, operate; as gRPC and as JSON over HTTP on one port. */
@NullMarked
package io.hawser.center;

import org.jspecify.annotations.NullMarked;
