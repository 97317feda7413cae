@NullMarked
package io.hawser.rpc.problem;

import org.jspecify.annotations.NullMarked;
