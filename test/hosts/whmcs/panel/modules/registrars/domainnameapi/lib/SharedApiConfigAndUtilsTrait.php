<?php

namespace DomainNameApi;

trait SharedApiConfigAndUtilsTrait
{
    /**
     * Version of the library
     */
    public static $VERSION = '3.0.16';
}
