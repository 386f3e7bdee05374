<?php

namespace DomainNameApi;

trait SharedApiConfigAndUtilsTrait
{
    public static $VERSION = '3.0.16';
}
