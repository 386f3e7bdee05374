<?php

abstract class HBController
{
    public $module;
}
