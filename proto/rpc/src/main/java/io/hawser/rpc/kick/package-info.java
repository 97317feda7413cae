/** Getting a kick to where it belongs, however often it takes. Used by the register and by the coordinator. */
@NullMarked
package io.hawser.rpc.kick;

import org.jspecify.annotations.NullMarked;
