/** Processes as the operating system tells of them. */
@NullMarked
package io.hawser.agent.process;

import org.jspecify.annotations.NullMarked;
