/**
 * The app's own back end, as the uplinks need one. {@code BackEnd} is the command's side; {@code BackEndServer} is the main
 * of a process of its own.
 */
@NullMarked
package io.hawser.bench.backend;

import org.jspecify.annotations.NullMarked;
