#pragma once

/*
 * The first process of a container that wants one around its program: it passes on every signal, waits for whatever
 * loses its parent, and ends as the program does. Returns the exit status: 127 for a program that isn't there, 126 for
 * one that can't be run.
 */
int keep_house(char **program);
