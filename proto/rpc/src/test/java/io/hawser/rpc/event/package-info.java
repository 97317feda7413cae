@NullMarked
package io.hawser.rpc.event;

import org.jspecify.annotations.NullMarked;
