/** How an agent is asked: one line of JSON each way, over a Unix domain socket. */
@NullMarked
package io.hawser.agent.control;

import org.jspecify.annotations.NullMarked;
