/** How long to wait before something that failed is tried again. */
@NullMarked
package io.hawser.rpc.backoff;

import org.jspecify.annotations.NullMarked;
