/** The platform's ids, valid by construction. */
@NullMarked
package io.hawser.rpc.id;

import org.jspecify.annotations.NullMarked;
