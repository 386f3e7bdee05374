<?php

/** The number of the library lies here in every module of the vendor. */
trait SharedApiConfigAndUtilsTrait
{
    public static $VERSION = '3.0.16';

    /** @var string */
    private $base;
}
