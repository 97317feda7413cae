/** What a host's agent is to run, read from YAML. */
@NullMarked
package io.hawser.agent.config;

import org.jspecify.annotations.NullMarked;
