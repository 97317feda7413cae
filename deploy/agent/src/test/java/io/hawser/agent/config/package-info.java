/** Tests of the package. */
@NullMarked
package io.hawser.agent.config;

import org.jspecify.annotations.NullMarked;
