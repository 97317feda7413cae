@NullMarked
package io.hawser.rpc.kick;

import org.jspecify.annotations.NullMarked;
