/** Tests of the package. */
@NullMarked
package io.hawser.agent.control;

import org.jspecify.annotations.NullMarked;
