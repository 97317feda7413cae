/** What supervises a host's processes: starts them, watches them, starts them again, and does with them what it is asked. */
@NullMarked
package io.hawser.agent;

import org.jspecify.annotations.NullMarked;
