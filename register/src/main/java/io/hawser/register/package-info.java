/** The register: which room holds which endpoint. Soft state in memory, one owner a slot, one thread a lane of slots. */
@NullMarked
package io.hawser.register;

import org.jspecify.annotations.NullMarked;
