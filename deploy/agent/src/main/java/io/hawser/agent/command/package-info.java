/** The commands that ask an agent, and the one that runs it. */
@NullMarked
package io.hawser.agent.command;

import org.jspecify.annotations.NullMarked;
