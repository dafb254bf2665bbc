#pragma once

/*
 * A program that sees a stack of layers, in a mount namespace that goes with it: how the engine finds out whether this
 * machine can mount layers that are kept as tars, and how tests look into them.
 *
 *   TARGET IMAGE ... -- LOWER ... -- PROGRAM ...
 *
 * Images are directories of layers, mounted as OP_LAYERS does; the lower directories, top one first, are at TARGET
 * then, which is the program's working directory.
 */
_Noreturn void show_layers(char **arguments);
