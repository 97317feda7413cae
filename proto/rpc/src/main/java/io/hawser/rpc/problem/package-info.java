/** How the services that face people tell what went wrong (RFC 9457). */
@NullMarked
package io.hawser.rpc.problem;

import org.jspecify.annotations.NullMarked;
