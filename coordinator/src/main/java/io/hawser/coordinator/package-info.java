/** The coordinator: between rooms and the apps' back ends. One package a flow; so far there is the way of kicks. */
@NullMarked
package io.hawser.coordinator;

import org.jspecify.annotations.NullMarked;
