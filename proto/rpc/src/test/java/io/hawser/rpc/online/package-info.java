@NullMarked
package io.hawser.rpc.online;

import org.jspecify.annotations.NullMarked;
