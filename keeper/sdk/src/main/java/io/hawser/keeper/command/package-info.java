/** What operators tell a running instance to do: orders, how they reach it, and how it carries them out. */
@NullMarked
package io.hawser.keeper.command;

import org.jspecify.annotations.NullMarked;
